# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Part of each module of a simulated host: how its functions ask the organisation, over a socket. A message is its length in
# four bytes and CLIXML. Only the language, .NET and $PSCmdlet are used: an engine need not have more.

$LabExceptions = @{}
$LabTypes = @{}

function Receive-LabBytes($socket, [int] $count) {
    $buffer = [byte[]]::new($count)
    $read = 0
    while ($read -lt $count) {
        # A pipeline can be stopped between two looks, not within one.
        while (-not $socket.Poll(20000, [System.Net.Sockets.SelectMode]::SelectRead)) { }
        $got = $socket.Receive($buffer, $read, $count - $read, [System.Net.Sockets.SocketFlags]::None)
        if ($got -eq 0) { throw 'The simulated organisation is gone.' }
        $read += $got
    }
    , $buffer
}

function Send-LabQuestion([hashtable] $question) {
    $question.Token = $env:PWSH_LAB_TOKEN
    $text = [System.Management.Automation.PSSerializer]::Serialize($question, 8)
    $content = [System.Text.Encoding]::UTF8.GetBytes($text)
    $socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
    try {
        $socket.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($env:PWSH_LAB_SOCKET))
        $null = $socket.Send([System.BitConverter]::GetBytes([int] $content.Length))
        $null = $socket.Send($content)
        $length = [System.BitConverter]::ToInt32((Receive-LabBytes $socket 4), 0)
        $answer = [System.Text.Encoding]::UTF8.GetString((Receive-LabBytes $socket $length))
    }
    finally { $socket.Dispose() }
    , [System.Management.Automation.PSSerializer]::Deserialize($answer)
}

function ConvertTo-LabArgument($value) {
    if ($value -is [switch]) { return [bool] $value }
    if ($value -is [pscredential]) {
        return @{ LabCredential = $value.UserName; Password = $value.GetNetworkCredential().Password }
    }
    if ($value -is [securestring]) { return @{ LabSecret = [System.Net.NetworkCredential]::new('', $value).Password } }
    , $value
}

# Objects made of CLIXML say Deserialized; those of a cmdlet do not. Calling a function takes longer than all else here: it is called for
# what is no plain value.
function Repair-LabObject($value) {
    $names = $value.PSObject.TypeNames
    if ($names.Count -and $names[0].StartsWith('Deserialized.')) {
        $proper = foreach ($name in $names) { $name.Substring(13) }
        $names.Clear()
        foreach ($name in $proper) { $names.Add($name) }
    }
    $parts = if ($value -is [System.Collections.IDictionary]) { , $value.Values }
    elseif ($value -is [System.Collections.IList]) { , $value }
    else { , @(foreach ($property in $value.PSObject.Properties) { , $property.Value }) }
    foreach ($part in $parts) {
        if ($null -ne $part -and $part -isnot [string] -and $part -isnot [valuetype]) { Repair-LabObject $part }
    }
}

# An exception of a product that is not here has to be made.
function New-LabType([string] $name, [string[]] $fields) {
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([System.Reflection.AssemblyName]::new($name), 'Run')
    $builder = $assembly.DefineDynamicModule('Lab').DefineType($name, 'Public')
    foreach ($field in $fields) { $null = $builder.DefineField($field, [object], 'Public') }
    $text = $builder.DefineField('labText', [string], 'Assembly')
    $null = $builder.DefineDefaultConstructor('Public')
    $method = $builder.DefineMethod('ToString', 'Public, Virtual, HideBySig', [string], [type]::EmptyTypes)
    $code = $method.GetILGenerator()
    $code.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
    $code.Emit([System.Reflection.Emit.OpCodes]::Ldfld, $text)
    $code.Emit([System.Reflection.Emit.OpCodes]::Ret)
    $builder.CreateType()
}

function Test-LabComplex($value) {
    if ($null -eq $value -or $value -is [string] -or $value -is [valuetype] -or $value -is [System.Collections.IDictionary]) {
        return $false
    }
    if ($value -is [System.Collections.IList]) {
        foreach ($item in $value) {
            if ($null -ne $item -and $item -isnot [string] -and $item -isnot [valuetype] -and (Test-LabComplex $item)) { return $true }
        }
        return $false
    }
    $value.PSObject.BaseObject -is [System.Management.Automation.PSCustomObject]
}

# An object that has others in it is made of a type of its own: PowerShell serialises it one level deep, as it does a module's objects.
# What it has read from text it would give back as deep as it came.
function ConvertTo-LabObject($value, [bool] $inside = $false) {
    if (-not (Test-LabComplex $value)) { return , $value }
    if ($value -is [System.Collections.IList]) {
        $items = [object[]]::new($value.Count)
        for ($index = 0; $index -lt $value.Count; $index++) { $items[$index] = ConvertTo-LabObject $value[$index] $true }
        return , $items
    }
    $properties = @($value.PSObject.Properties)
    $nested = $false
    foreach ($property in $properties) {
        $held = $property.Value
        if ($null -ne $held -and $held -isnot [string] -and $held -isnot [valuetype] -and (Test-LabComplex $held)) { $nested = $true; break }
    }
    if (-not ($nested -or $inside)) { return , $value }
    $names = $value.PSObject.TypeNames
    if ($names.Contains('System.Management.Automation.PSCustomObject')) {
        $parts = [ordered] @{}
        foreach ($property in $properties) {
            $held = $property.Value
            if ($null -ne $held -and $held -isnot [string] -and $held -isnot [valuetype]) { $held = ConvertTo-LabObject $held $true }
            $parts[$property.Name] = $held
        }
        $made = [pscustomobject] $parts
        $made.PSObject.TypeNames.Insert(0, $names[0])
        return , $made
    }
    $key = $names[0] + "`n" + ($properties.Name -join "`n")
    if (-not $LabTypes[$key]) {
        $type = New-LabType $names[0] $properties.Name
        $LabTypes[$key] = @{
            Type = $type
            Fields = @(foreach ($property in $properties) { $type.GetField($property.Name) })
            Text = $type.GetField('labText', 'NonPublic, Instance')
        }
    }
    $known = $LabTypes[$key]
    $fields = $known.Fields
    $made = [System.Activator]::CreateInstance($known.Type)
    for ($index = 0; $index -lt $fields.Count; $index++) {
        $held = $properties[$index].Value
        if ($null -ne $held -and $held -isnot [string] -and $held -isnot [valuetype]) { $held = ConvertTo-LabObject $held $true }
        $fields[$index].SetValue($made, $held)
    }
    $known.Text.SetValue($made, $value.ToString())
    , $made
}

function New-LabException([string] $name, [string] $message) {
    $type = $LabExceptions[$name]
    if (-not $type) { $type = $name -as [type] }
    if (-not $type) {
        $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly(
            [System.Reflection.AssemblyName]::new($name), 'Run')
        $builder = $assembly.DefineDynamicModule('Lab').DefineType($name, 'Public', [System.Exception])
        $constructor = $builder.DefineConstructor('Public', 'Standard', [type[]] @([string]))
        $code = $constructor.GetILGenerator()
        $code.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
        $code.Emit([System.Reflection.Emit.OpCodes]::Ldarg_1)
        $code.Emit([System.Reflection.Emit.OpCodes]::Call, [System.Exception].GetConstructor([type[]] @([string])))
        $code.Emit([System.Reflection.Emit.OpCodes]::Ret)
        $type = $builder.CreateType()
    }
    $LabExceptions[$name] = $type
    $type::new($message)
}

function New-LabError($record) {
    $exception = New-LabException $record.Exception $record.Message
    [System.Management.Automation.ErrorRecord]::new($exception, $record.Id, $record.Category, $record.Target)
}

# A function's methods wrap what a compiled cmdlet would let through: a question that nobody can answer.
function Resolve-LabPrompt($cmdlet, $caught) {
    $inner = $caught.Exception.InnerException
    if ($inner -isnot [System.Management.Automation.Host.HostException]) { throw $caught }
    $cmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new(
        $inner, 'HostFunctionNotImplemented', 'NotImplemented', $null))
}

function Write-LabRecord($cmdlet, $record) {
    switch ($record.Kind) {
        'output' {
            $value = $record.Value
            if ($null -ne $value -and $value -isnot [string] -and $value -isnot [valuetype]) { Repair-LabObject $value }
            $cmdlet.WriteObject((ConvertTo-LabObject $value))
        }
        'warning' { $cmdlet.WriteWarning($record.Message) }
        'prompt' { $null = $cmdlet.ShouldContinue($record.Message, '') }
        'error' { $cmdlet.WriteError((New-LabError $record)) }
        'end' { $cmdlet.ThrowTerminatingError((New-LabError $record)) }
    }
}

# The name is given, since behind the proxies of a restricted session a function has another one.
function Invoke-LabCall($cmdlet, $bound, [string] $name) {
    try { $go = -not $cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('WhatIf') -or $cmdlet.ShouldProcess("$($bound['Identity'])") }
    catch [System.Management.Automation.MethodInvocationException] { Resolve-LabPrompt $cmdlet $_ }
    if (-not $go) { return }
    $arguments = @{}
    foreach ($key in $bound.Keys) { $arguments[$key] = ConvertTo-LabArgument $bound[$key] }
    $records = Send-LabQuestion @{ Module = $LabModule; Command = $name; Arguments = $arguments }
    foreach ($record in $records) {
        try { Write-LabRecord $cmdlet $record }
        catch [System.Management.Automation.MethodInvocationException] { Resolve-LabPrompt $cmdlet $_ }
    }
}

function Wait-LabImport { $null = Send-LabQuestion @{ Module = $LabModule; Command = 'Import-Module'; Arguments = @{ } } }
